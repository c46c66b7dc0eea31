#!/bin/sh
# Prints its argument in capital letters; fails when there is none.
set -eu
if [ "$#" -lt 1 ] || [ -z "$1" ]; then
  echo "usage: myscript.sh TEXT" >&2
  exit 2
fi
printf '%s\n' "$1" | tr '[:lower:]' '[:upper:]'
