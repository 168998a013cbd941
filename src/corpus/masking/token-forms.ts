/** Forms that nothing else has, as issuers publish them or as the rules of gitleaks and detect-secrets have them. */
const sure: readonly string[] = [
  // What stands before these says what they are, and stays.
  "(?<=hooks\\.slack\\.com/(?:services|workflows)/)[0-9A-Za-z/]{20,}",
  "(?<=/api/webhooks/[0-9]{17,20}/)[0-9A-Za-z_-]{60,}",
  "(?<=Account[kK]ey=)[0-9A-Za-z+/]{86}==",
  "(?<=Shared[aA]ccess[kK]ey=)[0-9A-Za-z+/]{43}=",
  // Amazon, Alibaba
  "A(?:KI|SI|BI|CC)A[0-9A-Z]{16}(?![0-9A-Za-z])",
  "LTAI[0-9A-Za-z]{20}(?![0-9A-Za-z])",
  // Google
  "AIza[0-9A-Za-z_-]{35}",
  "GOCSPX-[0-9A-Za-z_-]{28}",
  // GitHub, GitLab
  "gh[pousr]_[0-9A-Za-z]{36,255}",
  "github_pat_[0-9A-Za-z_]{22,255}",
  "gl(?:pat|cbt|dt|ft|ptt|rt|soat|agent|oas|imt)-[0-9A-Za-z_-]{20,}",
  // Slack, Discord, Telegram
  "xox[abeoprs]-(?:[0-9]+-)+[0-9A-Za-z-]{8,250}",
  "xapp-[0-9]-[0-9A-Z]+-[0-9]+-[0-9a-z]{20,}",
  // Stripe, Square, Shopify
  "[srp]k_(?:live|test|prod)_[0-9A-Za-z]{16,}",
  "sq0(?:atp|csp)-[0-9A-Za-z_-]{22,43}",
  "shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}",
  // Packages and containers
  "npm_[0-9A-Za-z]{36}(?![0-9A-Za-z])",
  "pypi-AgE[0-9A-Za-z_-]{50,}",
  "rubygems_[0-9a-f]{48}",
  "dckr_(?:pat|oat)_[0-9A-Za-z_-]{27,}",
  // Models
  "sk-ant-[a-z0-9]+-[0-9A-Za-z_-]{32,}",
  "sk-(?:proj|svcacct|admin)-[0-9A-Za-z_-]{40,}",
  "sk-[0-9A-Za-z]{20}T3BlbkFJ[0-9A-Za-z]{20}",
  "hf_[0-9A-Za-z]{34}(?![0-9A-Za-z])",
  "gsk_[0-9A-Za-z]{48,}",
  "xai-[0-9A-Za-z_-]{70,}",
  // Services
  "SG\\.[0-9A-Za-z_-]{22}\\.[0-9A-Za-z_-]{43}",
  "do[opr]_v1_[0-9a-f]{64}",
  "dapi[0-9a-f]{32}(?![0-9a-f])",
  "hvs\\.[0-9A-Za-z_-]{90,}",
  "glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}",
  "lin_api_[0-9A-Za-z]{40}",
  "PMAK-[0-9a-f]{24}-[0-9a-f]{34}",
  "ATATT3[0-9A-Za-z_=-]{180,}",
  "AGE-SECRET-KEY-1[0-9A-Z]{58}",
  // Web tokens
  "eyJ[0-9A-Za-z_-]{10,500}\\.eyJ[0-9A-Za-z_-]{10,8000}\\.[0-9A-Za-z_-]{10,}",
];

/** Forms that names have, too. */
const unsure: readonly string[] = [
  "ya29\\.[0-9A-Za-z_-]{20,2000}",
  "sk-[0-9A-Za-z_-]{32,200}",
  "SK[0-9a-f]{32}(?![0-9A-Za-z])",
  "whsec_[0-9A-Za-z]{32,64}",
  "r8_[0-9A-Za-z]{37}(?![0-9A-Za-z])",
  "NRAK-[0-9A-Z]{27}",
];

const boundary = "(?<![0-9A-Za-z_])";

/** A token whose form alone says what it is. */
export const sureToken = new RegExp(`${boundary}(?:${sure.join("|")})`, "g");

/** What is a token where it looks random, too. */
export const unsureToken = new RegExp(`${boundary}(?:${unsure.join("|")})`, "g");
