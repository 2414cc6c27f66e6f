set -euo pipefail
at_file=before at_line=0 at_own=0
# Each block says where it stands, so that a line that fails can be named.
at() { at_file=$1 at_line=$2 at_own=$3; }
trap 'echo "$at_file:$((at_line + LINENO - at_own - 1)): $BASH_COMMAND"' ERR
