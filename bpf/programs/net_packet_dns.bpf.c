/* A packet from or to a port on which DNS is spoken, as a socket of this host sends or gets
 * it. All sockets' packets come by here, so most must go at once, and all must go on: what
 * these programs return is whether they may, always 1.
 *
 * Whose packet is it? On its way out it is the current task's, if that is the one that is
 * sending; TCP also sends in answer to what arrives, when anything may be current. On its way
 * in current means nothing. So the socket remembers who sent last with it, and who bound it
 * to such a port: a server is asked before it sends.
 */
#include "program.bpf.h"

#include <bpf/bpf_endian.h>

#include "packet.bpf.h"

enum {
	PASS = 1,
	TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4,
	RAW_SOCKET = 3,         /* SOCK_RAW */
	PAYLOAD_MAX = 64 * 1024, /* DNS has 65535 bytes, and TCP's length before them */
};

/* A bit per port, filled by the loader. */
__u64 dns_ports[65536 / 64];

struct asker {
	struct bpf_spin_lock lock; /* two may send at once: no mixture of both */
	struct record_header who;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE); /* accepted from one that listens */
	__type(key, int);
	__type(value, struct asker);
} askers SEC(".maps");

static __always_inline bool is_dns_port(__u16 port)
{
	return dns_ports[port >> 6] & (1ULL << (port & 63));
}

static __always_inline void remember(struct asker *asker, const struct record_header *who)
{
	bpf_spin_lock(&asker->lock);
	asker->who = *who;
	bpf_spin_unlock(&asker->lock);
}

static __always_inline void describe_current(struct record_header *who)
{
	struct task_struct *task = bpf_get_current_task_btf();

	record_begin_other(who, RECORD_net_packet_dns, SLOTS(net_packet_dns), task);
	who->flags = task_is_compat(task) ? RECORD_COMPAT : 0;
}

/* Whether the current task is the one that sends: UDP's senders do it themselves. Who works
 * on a TCP socket owns it, and the kernel on its own does not touch it meanwhile. */
static __always_inline bool current_sends(struct packet *packet, struct tcp_sock *tcp)
{
	return packet->facts.direction == NATIVE_EGRESS
	       && (packet->facts.protocol == PACKET_UDP
		   || (tcp && tcp->inet_conn.icsk_inet.sk.sk_lock.owned));
}

static __always_inline void find_asker(struct __sk_buff *skb, struct bpf_sock *socket,
				       struct packet *packet, struct record_header *who)
{
	struct tcp_sock *tcp = NULL;
	struct asker *asker;

	if (packet->facts.protocol == PACKET_TCP) {
		tcp = bpf_skc_to_tcp_sock(socket);
		if (tcp)
			packet->facts.net_ns =
				tcp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net->ns.inum;
	}
	if (current_sends(packet, tcp)) {
		describe_current(who);
		asker = bpf_sk_storage_get(&askers, socket, NULL, BPF_SK_STORAGE_GET_F_CREATE);
		if (asker)
			remember(asker, who);
		return;
	}
	asker = bpf_sk_storage_get(&askers, socket, NULL, 0);
	if (asker) {
		bpf_spin_lock(&asker->lock);
		*who = asker->who;
		bpf_spin_unlock(&asker->lock);
		return;
	}
	packet->facts.is_nobodys = true; /* the socket was there before us */
	__builtin_memset(who, 0, sizeof(*who));
	who->cgroup_id = bpf_skb_cgroup_id(skb);
}

static __always_inline void put_packet(struct buffer *buffer, struct __sk_buff *skb,
				       struct packet *packet)
{
	enum { FACTS_AT = sizeof(struct record_header)
			  + SLOTS(net_packet_dns) * sizeof(union record_slot),
	       PAYLOAD_AT = FACTS_AT + sizeof(struct native_packet) };
	__u32 length = packet->length;
	bool cut = length > PAYLOAD_MAX;

	buffer->used = FACTS_AT;
	__builtin_memcpy(&buffer->bytes[FACTS_AT], &packet->facts, sizeof(packet->facts));
	put_bytes(buffer, SLOT(net_packet_dns, metadata), sizeof(packet->facts), false);
	if (!length)
		return;
	if (cut)
		length = PAYLOAD_MAX;
	length -= 1;
	asm volatile("%0 &= 0xffff" : "+r"(length)); /* the verifier would forget it */
	length += 1;
	if (bpf_skb_load_bytes(skb, packet->payload, &buffer->bytes[PAYLOAD_AT], length))
		return; /* cannot be: it is within the packet */
	put_bytes(buffer, SLOT(net_packet_dns, proto_dns), length, cut);
}

static_assert(PAYLOAD_MAX == 0x10000, "the mask above");

static __always_inline void write_packet(struct __sk_buff *skb, struct packet *packet,
					 const struct record_header *who)
{
	__u32 tgid = who->host_tgid;
	struct buffer *buffer;
	struct shard shard;

	/* Nobody's is not ours, even if no process is ignored. */
	if (!shard_admit_as(&shard, WATCHED_net_packet_dns, tgid, tgid ? tgid : -1U))
		return;
	buffer = buffer_take();
	if (!buffer) {
		shard_drop(&shard, LOST_BUFFER);
		return;
	}
	buffer->header = *who;
	record_clear(&buffer->header, RECORD_net_packet_dns, SLOTS(net_packet_dns));
	buffer->header.flags = who->flags;
	buffer->header.detail[0] = RECORD_DNS_PACKET;
	put_packet(buffer, skb, packet);
	buffer_write(buffer, &shard);
	buffer_release(buffer);
}

/* A connected socket knows its ports, and saves us from looking at the packet. What is sent
 * with a raw one is up to the program. */
static __always_inline bool is_elsewhere(struct bpf_sock *socket)
{
	return socket->dst_port && socket->type != RAW_SOCKET && !is_dns_port(socket->src_port)
	       && !is_dns_port(bpf_ntohs(socket->dst_port));
}

/* Says something: TCP's other packets only tell of the connection's begin and end. */
static __always_inline bool is_message(struct packet *packet)
{
	return packet->length || (packet->facts.tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST));
}

static __always_inline int on_packet(struct __sk_buff *skb, enum native_direction direction)
{
	struct packet packet = {.facts = {.direction = direction}};
	struct bpf_sock *socket = skb->sk;
	struct record_header who;

	if (!filter_wants_event(WATCHED_net_packet_dns) || !socket)
		return PASS;
	socket = bpf_sk_fullsock(socket);
	if (!socket || is_elsewhere(socket) || !packet_find_ports(skb, &packet))
		return PASS;
	if (!is_dns_port(packet.facts.src_port) && !is_dns_port(packet.facts.dst_port))
		return PASS;
	if (!packet_find_payload(skb, &packet) || !is_message(&packet))
		return PASS;
	find_asker(skb, socket, &packet, &who);
	write_packet(skb, &packet, &who);
	return PASS;
}

SEC("cgroup_skb/egress")
int dns_egress(struct __sk_buff *skb)
{
	return on_packet(skb, NATIVE_EGRESS);
}

SEC("cgroup_skb/ingress")
int dns_ingress(struct __sk_buff *skb)
{
	return on_packet(skb, NATIVE_INGRESS);
}

static __always_inline int on_bind(struct bpf_sock *socket)
{
	struct record_header who;
	struct asker *asker;

	if (!filter_wants_event(WATCHED_net_packet_dns) || !is_dns_port(socket->src_port))
		return PASS;
	describe_current(&who);
	asker = bpf_sk_storage_get(&askers, socket, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (asker)
		remember(asker, &who);
	return PASS;
}

SEC("cgroup/post_bind4")
int dns_bind4(struct bpf_sock *socket)
{
	return on_bind(socket);
}

SEC("cgroup/post_bind6")
int dns_bind6(struct bpf_sock *socket)
{
	return on_bind(socket);
}
