"""`python -m apprentice_trainer COMMAND --config FILE.json`: one JSON document in, JSON lines out.

Logs go to standard error.

Exit status: 0 done (or stopped by SIGTERM with a checkpoint), 1 a bug (traceback on standard error), 2 a user's
mistake (an `error` event).
"""

import argparse
import importlib
import os
import sys
from pathlib import Path

from .errors import UserError, refusal
from .events import emit, reserve_standard_output

# A command is a module with `run(path of its configuration)`. It is imported only when it is called: torch takes
# seconds.
COMMANDS = {
    "tokenizer": "tokenizer_command",
    "pack": "pack_command",
    "train": "train_command",
    "export": "export_command",
    "import": "import_command",
    "generate": "generate_command",
    "score": "score_command",
}


def main() -> int:
    """Runs the command named on the command line."""
    parser = argparse.ArgumentParser(prog="apprentice_trainer", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--config", type=Path, required=True, help="the command's configuration, a JSON file")
    arguments = parser.parse_args()
    reserve_standard_output()
    # Nothing here is ever fetched: models and tokenizers are folders and files.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        importlib.import_module(f".{COMMANDS[arguments.command]}", __package__).run(arguments.config)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        mistake = error if isinstance(error, UserError) else refusal(error)
        if mistake is None:
            raise
        emit("error", scope=mistake.scope, cause=mistake.cause, remedy=mistake.remedy)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
