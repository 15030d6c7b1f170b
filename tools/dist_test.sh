#!/usr/bin/env bash
# Test with several processes on one or more machines.
#
#   tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [options of test.py ...]
#
# PROCESSES is their number on this machine. On several machines, start it on
# each with NNODES, NODE_RANK and MASTER_ADDR (rank 0's address) set. Two jobs
# on one machine need different PORTs.
set -euo pipefail

if (($# < 3)); then
    echo "usage: $0 CONFIG CHECKPOINT PROCESSES [options of test.py ...]" >&2
    exit 2
fi

exec "${PYTHON:-python}" -m torch.distributed.run \
    --nnodes="${NNODES:-1}" \
    --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" \
    --nproc_per_node="$3" \
    "$(dirname "$0")/test.py" "$1" "$2" --launcher pytorch "${@:4}"
