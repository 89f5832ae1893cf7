/* What every program includes. */
#pragma once

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "slots.bpf.h"
#include "watched.h"

#include "buffer.bpf.h"
#include "member.bpf.h"
#include "path.bpf.h"
#include "task.bpf.h"
#include "wanted.bpf.h"

/* The verifier wants "GPL" somewhere in it for most of the helpers used here. */
char LICENSE[] __weak SEC("license") = "Dual BSD/GPL";
