import { describe, expect, it } from "vitest";
import { licenseOfHeader } from "../../src/corpus/license-header.ts";
import { mitText } from "./sources/source.conformance.ts";

const other = "LicenseRef-Other";
const proprietary = "LicenseRef-Proprietary";

const gpl = `This program is free software; you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation; either version 2 of the License, or
(at your option) any later version.`;

const bsd = `Copyright (c) 1990 The Regents. All rights reserved.
Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following
conditions are met:
1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions.
3. Neither the name of the University nor the names of its contributors may be used to endorse or promote products derived from
this software without specific prior written permission.
ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A
PARTICULAR PURPOSE ARE DISCLAIMED.`;

const isc = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE
AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS.`;

const rust = `Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or http://www.apache.org/licenses/LICENSE-2.0> or the MIT
license <LICENSE-MIT or http://opensource.org/licenses/MIT>, at your option. This file may not be copied, modified, or
distributed except according to those terms.`;

describe("a header", () => {
  it.each([
    ["# SPDX-License-Identifier: MIT", "MIT"],
    [
      "/* SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0 */",
      "GPL-2.0-only WITH Classpath-exception-2.0",
    ],
    ["// SPDX-License-Identifier: (MIT OR Apache-2.0) ", "(MIT OR Apache-2.0)"],
    ["# SPDX-License-Identifier: LicenseRef-Ours", "LicenseRef-Ours"],
    ["/* SPDX-License-Identifier: GPL-2.0+ WITH Linux-syscall-note */", "GPL-2.0-or-later WITH Linux-syscall-note"],
    ["# SPDX-License-Identifier: Apache-2.0+", "Apache-2.0"],
    ["# SPDX-License-Identifier: Own-License-1", other],
    ["# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: GPL-2.0-only", "GPL-2.0-only AND MIT"],
    ["# SPDX-License-Identifier: MIT\n# Proprietary and confidential", `${proprietary} AND MIT`],
    ['# Licensed under the Apache License, Version 2.0 (the "License");\n# you may not use this file', "Apache-2.0"],
    [
      '# Based on X. The ASF licenses this file to You under the Apache License, Version 2.0 (the "License")',
      "Apache-2.0",
    ],
    [mitText.replace(/^/gm, " * "), "MIT"],
    [mitText.replace(" distribute", " dis-\n# tribute"), "MIT"],
    [bsd, "BSD-3-Clause"],
    [`${bsd}\nAll advertising materials mentioning features of this software must display`, "BSD-4-Clause"],
    [isc, "ISC"],
    [rust, "Apache-2.0 OR MIT"],
    ["# License: BSD 3 clause", "BSD-3-Clause"],
    [" * @license MIT", "MIT"],
    ["__license__ = 'Apache 2.0'", "Apache-2.0"],
    ["# Released under the MIT license", "MIT"],
    ["# Licensed to PSF under a Contributor Agreement.", "PSF-2.0"],
  ])("%j grants %s", (text, id) => {
    expect(licenseOfHeader(text)).toBe(id);
  });

  it.each([
    [gpl, "GPL-2.0-or-later"],
    [gpl.replace(/^/gm, " * ").replaceAll("\n", "\r\n"), "GPL-2.0-or-later"],
    [`${gpl}\nUnder Section 7 of GPL version 3, you are granted additional permissions`, "GPL-2.0-or-later"],
    ["under version 2 of the GNU General Public License", "GPL-2.0-only"],
    ["the terms of the GNU Lesser General Public License version 2.1 as published by the FSF", "LGPL-2.1-only"],
    ["GNU Affero General Public License, version 3 or later", "AGPL-3.0-or-later"],
    ["# Licensed under the GNU General Public License", "GPL-1.0-or-later"],
    ["# License: GPLv3+", "GPL-3.0-or-later"],
    ["Dual licensed under the MIT or GPL Version 2 licenses.", "GPL-2.0-only OR MIT"],
    ["under either of the two licenses: GPL v2; MIT license", "GPL-2.0-only OR MIT"],
    [
      "GPL v2 or (at your option) a later version. MIT license. Alternatively, pass a name.",
      "GPL-2.0-or-later AND MIT",
    ],
    ["Under the GPL v2. Alternatively, commercial licenses. Portions under the MIT license.", "GPL-2.0-only"],
    ["Licensed under MIT and the GPL v2", "GPL-2.0-only AND MIT"],
    ["the terms of the Mozilla Public License, v. 2.0", "MPL-2.0"],
    ["Eclipse Public License v1.0", "EPL-1.0"],
    ["Eclipse Public License v. 2.0", "EPL-2.0"],
    ["Common Development and Distribution License (the License)", "CDDL-1.0"],
    ["Creative Commons Attribution-NonCommercial 4.0", other],
    ["Business Source License 1.1", other],
    ["The Software shall be used for Good, not Evil. MIT license", `${other} AND MIT`],
    [`${mitText}\nCommons Clause License Condition`, `${other} AND MIT`],
    ["Licensed under the Frobnicate Terms", other],
    ["# License: Very Own License", other],
    [mitText.replace("MIT License", "").replace("without restriction", "for some"), other],
  ])("%j asks for more: %s", (text, id) => {
    expect(licenseOfHeader(text)).toBe(id);
  });

  it.each([
    "Copyright 2020 Acme. All rights reserved. Proprietary and confidential.",
    "CONFIDENTIAL AND PROPRIETARY",
    "Unauthorized copying of this file, via any medium, is strictly prohibited",
    "Copyright Acme. This file may not be copied or distributed in any form.",
    "(c) Acme Inc. All rights reserved.\n * Not to be reproduced. Licensed material.",
    "This software contains trade secrets of Acme",
    "Any use, reproduction, disclosure or distribution of this software without permission is prohibited. Copyright A",
    "# License: Proprietary",
    "No part of this file may be used without permission",
    "ORACLE PROPRIETARY/CONFIDENTIAL. Use is subject to license terms.",
    "Licensed Materials - Property of IBM",
    "All information contained herein is, and remains the property of Acme. Copyright",
    "Copyright A. Free for non-commercial use only",
  ])("%j keeps others out", (text) => {
    expect(licenseOfHeader(text)).toBe(proprietary);
  });

  it.each([
    "# Copyright (c) 2020 Somebody. All rights reserved.",
    "All rights reserved.",
    "Use of this source code is governed by a BSD-style\n// license that can be found in the LICENSE file.",
    "See LICENSE for details. Licensed under the terms in the LICENSE file",
    "Items of a queue may not be copied. Internal use only; permission is checked.",
    "// Copyright 2009 The Authors.\n// Values of the types in this package should not be copied. Do not copy a Mutex.",
    "This is compatible with the GPL; GPL-compatible licenses",
    "Parts of this are from X (MIT license)",
    "license: the licence to look for",
  ])("%j says nothing", (text) => {
    expect(licenseOfHeader(text)).toBeNull();
  });

  it.each([
    "SPDX-License-Identifier: MIT ",
    "license: a  - ",
    "permission to use copy modify ",
    "copyright copying all rights reserved this file ",
    "gnu general public license version ",
    "may not be copied except this software ",
    "redistribution and use in source a-",
    `license a-${" ".repeat(60_000)}# permission is hereby granted`,
    `SPDX-License-Identifier: a${" ".repeat(60_000)}b`,
  ])("is read in linear time: %#", (piece) => {
    const text = piece.repeat(Math.ceil(60_000 / piece.length));
    const started = performance.now();
    licenseOfHeader(text);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
