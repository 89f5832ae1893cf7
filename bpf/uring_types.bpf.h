/* io_uring's types as far as programs look at them: not every kernel that we are built on has
 * them all. */
#pragma once

#include "vmlinux.h"

#include "uring_operations.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct filename___any {
	const char *name, *uptr;
};
struct open_how___any {
	__u64 flags, mode;
};
struct io_cqe___any {
	__u64 user_data;
	__s32 res;
	int fd; /* before it is complete */
};
struct io_wq_work_node___any {
	struct io_wq_work_node___any *next;
};
struct io_wq_work_list___any {
	struct io_wq_work_node___any *first;
};
struct io_submit_state___any {
	struct io_wq_work_list___any compl_reqs; /* to be answered, in this order */
};
struct io_rsrc_node___any {
	unsigned long file_ptr;
};
struct io_rsrc_data___any { /* since 6.13 */
	unsigned int nr;
	struct io_rsrc_node___any **nodes;
};
struct io_file_table___any {
	struct io_rsrc_data___any data;
};
struct io_ring_ctx___any {
	struct io_file_table___any file_table;
	struct io_submit_state___any submit_state;
};
struct io_kiocb___any {
	struct file *file;
	__u8 opcode;
	__u64 flags;
	struct io_cqe___any cqe;
	struct io_ring_ctx___any *ctx;
	struct io_wq_work_node___any comp_list;
	void *async_data;
};
struct io_uring_cqe___any {
	__s32 res;
};

/* What a request has of its own: at its beginning. */
struct io_open___any {
	int dfd;
	__u32 file_slot;
	struct filename___any *filename;
	struct open_how___any how;
};
struct io_unlink___any {
	int dfd, flags;
	struct filename___any *filename;
};
struct io_rename___any {
	int old_dfd, new_dfd;
	struct filename___any *oldpath, *newpath;
	int flags;
};
struct io_mkdir___any {
	int dfd;
	unsigned short mode;
	struct filename___any *filename;
};
struct io_link___any {
	int old_dfd, new_dfd;
	struct filename___any *oldpath, *newpath;
	int flags;
};
struct io_socket___any {
	int domain, type, protocol;
	__u32 file_slot;
};
struct io_connect___any {
	void *addr;
	int addr_len;
};
struct io_accept___any {
	void *addr;
	int *addr_len;
	int flags;
	__u32 file_slot;
};
struct io_bind___any { /* since 6.11, as listen */
	int addr_len;
};
struct io_listen___any {
	int backlog;
};
struct iou_vec___any {
	unsigned int nr;
};
struct io_async_msghdr___any {
	struct iou_vec___any vec; /* since 6.15 */
};

#pragma clang attribute pop
