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
struct kiocb___any {
	__s64 ki_pos;
};
struct io_rw___any {
	struct kiocb___any kiocb;
	__u64 addr;
	__u32 len;
	int flags;
};
struct io_sync___any {
	__s64 len, off;
	int flags, mode;
};
struct io_close___any {
	int fd;
	__u32 file_slot;
};
struct io_statx___any {
	int dfd;
	unsigned int mask, flags;
	struct filename___any *filename;
	void *buffer;
};
struct io_fadvise___any {
	__u64 offset, len;
	__u32 advice;
};
struct io_madvise___any {
	__u64 addr, len;
	__u32 advice;
};
struct io_sr_msg___any {
	void *umsg, *buf;
	int len;
	unsigned int msg_flags;
};
struct io_epoll___any {
	int epfd, op, fd;
};
struct io_splice___any {
	__u64 len;
	int splice_fd_in;
	unsigned int flags;
};
struct io_shutdown___any {
	int how;
};
struct io_ftrunc___any { /* since 6.9 */
	__s64 len;
};
struct xattr_name___any {
	char name[256];
};
struct xattr_ctx___any {
	void *value;
	__u64 size;
	struct xattr_name___any *kname;
	unsigned int flags;
};
struct io_xattr___any {
	struct xattr_ctx___any ctx;
	struct filename___any *filename;
};
struct io_waitid___any { /* since 6.7 */
	int which, upid, options;
	void *infop;
};
struct io_pipe___any { /* since 6.16 */
	int *fds;
	int flags;
	int file_slot;
};
struct iou_vec___any {
	unsigned int nr;
};
struct io_async_msghdr___any {
	struct iou_vec___any vec; /* since 6.15 */
};

#pragma clang attribute pop
