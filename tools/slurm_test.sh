#!/usr/bin/env bash
# Test as a Slurm job.
#
#   tools/slurm_test.sh PARTITION JOB_NAME CONFIG CHECKPOINT [options ...]
#
# Environment variables: GPUS (all of them together, 8), GPUS_PER_NODE,
# CPUS_PER_TASK (5), PORT (29500) and SRUN_ARGS (more options for srun).
set -euo pipefail

if (($# < 4)); then
    echo "usage: $0 PARTITION JOB_NAME CONFIG CHECKPOINT [options ...]" >&2
    exit 2
fi

gpus=${GPUS:-8}
gpus_per_node=${GPUS_PER_NODE:-$((gpus < 8 ? gpus : 8))}
export MASTER_PORT=${PORT:-29500}

# SRUN_ARGS holds several options, so it must stay unquoted.
# shellcheck disable=SC2086
exec srun \
    --partition="$1" \
    --job-name="$2" \
    --gres="gpu:$gpus_per_node" \
    --ntasks="$gpus" \
    --ntasks-per-node="$gpus_per_node" \
    --cpus-per-task="${CPUS_PER_TASK:-5}" \
    --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} \
    "${PYTHON:-python}" -u "$(dirname "$0")/test.py" "$3" "$4" \
    --launcher slurm "${@:5}"
