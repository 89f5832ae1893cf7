/* What io_urings are asked to do, as far as it becomes an event. Included by both sides,
 * hence C. */
#pragma once

enum uring_operation { /* IORING_OP_…: older headers do not have them all */
	URING_ACCEPT = 13, URING_CONNECT = 16, URING_OPENAT = 18, URING_OPENAT2 = 28,
	URING_RENAMEAT = 35, URING_UNLINKAT = 36, URING_MKDIRAT = 37, URING_SYMLINKAT = 38,
	URING_LINKAT = 39, URING_SOCKET = 45, URING_BIND = 56, URING_LISTEN = 57,
	URING_OPERATIONS = 64, /* that a mask has a bit for */
};
