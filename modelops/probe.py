"""The child of `services.isolation`: answers one text after the other, and may die on one.

Reads {"family", "folder", "texts"} from stdin; writes a line when the model is open, then a line
per text. Knows no database, so that nothing is half written when it dies.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from modelops.ml import families


def main() -> None:
    work = json.load(sys.stdin)
    model = families.get(work["family"]).load(Path(work["folder"]), threads=1)
    print(json.dumps({"open": True}), flush=True)
    for text in work["texts"]:
        try:
            [found] = model.predict([text])
            answer = found.to_dict()
        except Exception as error:  # noqa: BLE001  # told to the parent, which parks the row
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
