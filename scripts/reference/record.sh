#!/usr/bin/env bash
# Records all fixtures anew. Needs a Python with PyTorch (2.13; most also with 1.13), NumPy, pandas and scikit-learn:
# set PYTHON, or have one of the usual names on the path.
set -euo pipefail
cd "$(dirname "$0")"

for candidate in "${PYTHON:-}" python3 python python3.11 /usr/bin/python3; do
  if [ -n "$candidate" ] && "$candidate" -c 'import torch, sklearn, pandas' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "${python:-}" ]; then
  echo "No Python with torch, scikit-learn and pandas found; set PYTHON to one." >&2
  exit 1
fi

"$python" -c 'import torch; print("recording from PyTorch", torch.__version__)'
for script in *.py; do
  # these record no fixtures: they dump PyTorch's own test databases for scripts/op-db.ts and scripts/module-db.ts, or help
  case "$script" in op_db.py | module_db.py | translation.py) continue ;; esac
  "$python" "$script"
done
