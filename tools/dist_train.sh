#!/usr/bin/env bash
# Train with several processes on one or more machines.
#
#   tools/dist_train.sh CONFIG PROCESSES [options of train.py ...]
#
# PROCESSES is their number on this machine. On several machines, start it on
# each with NNODES, NODE_RANK and MASTER_ADDR (rank 0's address) set. Two jobs
# on one machine need different PORTs.
set -euo pipefail

if (($# < 2)); then
    echo "usage: $0 CONFIG PROCESSES [options of train.py ...]" >&2
    exit 2
fi

exec "${PYTHON:-python}" -m torch.distributed.run \
    --nnodes="${NNODES:-1}" \
    --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" \
    --nproc_per_node="$2" \
    "$(dirname "$0")/train.py" "$1" --launcher pytorch "${@:3}"
