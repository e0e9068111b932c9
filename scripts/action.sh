#!/usr/bin/env bash
# What action.yml runs: one command of dbwright, its findings as annotations. Inputs come as variables, so that none is run as code.
set -euo pipefail

words() { # the words of a shell-like text, one a line, without running anything in it
  python -c 'import shlex, sys; print("\n".join(shlex.split(sys.argv[1])))' "$1"
}

arguments=()
for text in "${SOURCE:-}" "${ARGUMENTS:-}"; do
  if [ -n "$text" ]; then
    split=$(words "$text")
    mapfile -t -O "${#arguments[@]}" arguments <<< "$split"
  fi
done

case "${COMMAND:-review}" in
  review)
    arguments+=(--format github)
    [ -z "${SARIF:-}" ] || arguments+=(--report "$SARIF")
    [ -z "${HTML:-}" ] || arguments+=(--report "$HTML")
    ;;
  lint | drift) arguments+=(--format github) ;;
  docs) arguments+=(--check) ;;
  *)
    echo "::error::The command ${COMMAND} is none of review, lint, docs, drift."
    exit 2
    ;;
esac
exec dbwright "${COMMAND:-review}" "${arguments[@]}"
