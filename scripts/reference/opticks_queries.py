"""Newton's Queries from the text that Go's sources carry for their tests -> examples/data/opticks-queries.txt.

    python scripts/reference/opticks_queries.py [/usr/share/go-1.19/src/testdata/Isaac.Newton-Opticks.txt]

The Debian package golang-1.19-src puts it there. Nothing happens where it is not.
"""

import re
import sys
from pathlib import Path

source = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/go-1.19/src/testdata/Isaac.Newton-Opticks.txt")
if not source.exists():
    print(f"opticks-queries.txt stays as it is: there is no {source}")
    sys.exit()

text = source.read_text(encoding="utf-8")
text = text[text.index("_Query_ 1.") : text.index("_Quest._ 31.")]
text = text.replace("_Qu._", "Query").replace("_Quest._", "Query").replace("_", "")
text = text.replace("Æ", "Ae").replace("æ", "ae").replace("´´", '"')
# notes at the margin and figures
text = re.sub(r"\[(Footnote|Illustration|Sidenote)[^\]]*\]", "", text)
text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
rest = sorted({c for c in text if not (c.isascii() and (c.isprintable() or c == "\n"))})
if rest:
    raise ValueError(f"unexpected characters: {rest}")
path = Path(__file__).parents[2] / "examples" / "data" / "opticks-queries.txt"
path.write_text(text)
print(f"{path.name}: {len(text)} characters, {len(set(text))} different ones")
