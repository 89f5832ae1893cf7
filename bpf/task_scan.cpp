#include "bpf/task_scan.hpp"
