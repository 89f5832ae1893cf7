/* Where things are in a packet as a cgroup_skb program sees it: from the IP header on. It has
 * been put together again on its way in, and is not yet in fragments on its way out.
 */
#pragma once

#include "events/native_forms.h"

enum {
	PACKET_IPV4 = 0x0800, /* skb->protocol, in host order */
	PACKET_IPV6 = 0x86dd,
	PACKET_TCP = 6,
	PACKET_UDP = 17,
	PACKET_EXTENSIONS_MAX = 8, /* IPv6 headers between its own and the transport's */
};

struct packet {
	struct native_packet facts;
	__u32 transport, payload; /* offsets */
	__u32 length;             /* of the payload */
};

struct packet_ipv4 {
	__u8 version_length, service;
	__be16 length, id, fragment;
	__u8 ttl, protocol;
	__be16 checksum;
	__u8 src[4], dst[4];
};

struct packet_ipv6 {
	__u8 version[4];
	__be16 length;
	__u8 next, hops;
	__u8 src[16], dst[16];
};

static __always_inline bool packet_find_ipv4(struct __sk_buff *skb, struct packet *packet)
{
	struct packet_ipv4 ip;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	if (ip.fragment & bpf_htons(0x1fff))
		return false; /* a later fragment, from a raw socket: no ports in it */
	packet->facts.src[10] = packet->facts.src[11] = 0xff;
	packet->facts.dst[10] = packet->facts.dst[11] = 0xff;
	__builtin_memcpy(&packet->facts.src[12], ip.src, sizeof(ip.src));
	__builtin_memcpy(&packet->facts.dst[12], ip.dst, sizeof(ip.dst));
	packet->facts.protocol = ip.protocol;
	packet->transport = (ip.version_length & 15) * 4;
	return true;
}

static __always_inline bool packet_find_ipv6(struct __sk_buff *skb, struct packet *packet)
{
	enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, OPTIONS = 60 };
	struct packet_ipv6 ip;
	__u32 at = sizeof(ip);
	__u8 next;

	if (bpf_skb_load_bytes(skb, 0, &ip, sizeof(ip)))
		return false;
	__builtin_memcpy(packet->facts.src, ip.src, sizeof(ip.src));
	__builtin_memcpy(packet->facts.dst, ip.dst, sizeof(ip.dst));
	next = ip.next;
	for (__u32 i = 0; i < PACKET_EXTENSIONS_MAX; i++) {
		struct { __u8 next, length; __be16 fragment; } extension;

		if (next != HOP_BY_HOP && next != ROUTING && next != FRAGMENT
		    && next != AUTHENTICATION && next != OPTIONS)
			break;
		if (bpf_skb_load_bytes(skb, at, &extension, sizeof(extension)))
			return false;
		if (next == FRAGMENT && (extension.fragment & bpf_htons(0xfff8)))
			return false;
		at += next == FRAGMENT	       ? 8
		      : next == AUTHENTICATION ? (extension.length + 2) * 4
					       : (extension.length + 1) * 8;
		next = extension.next;
	}
	packet->facts.protocol = next;
	packet->transport = at;
	return true;
}

/* Addresses, ports and the place of the transport's header; false: it is neither UDP nor TCP,
 * or the header is not there. `packet` is all zeros before. */
static __always_inline bool packet_find_ports(struct __sk_buff *skb, struct packet *packet)
{
	__be16 ports[2];
	bool found = false;

	if (skb->protocol == bpf_htons(PACKET_IPV4))
		found = packet_find_ipv4(skb, packet);
	else if (skb->protocol == bpf_htons(PACKET_IPV6))
		found = packet_find_ipv6(skb, packet);
	if (!found)
		return false;
	if (packet->facts.protocol != PACKET_UDP && packet->facts.protocol != PACKET_TCP)
		return false;
	if (bpf_skb_load_bytes(skb, packet->transport, ports, sizeof(ports)))
		return false;
	packet->facts.src_port = bpf_ntohs(ports[0]);
	packet->facts.dst_port = bpf_ntohs(ports[1]);
	return true;
}

/* The payload, once the ports are known; false: the header is not whole. */
static __always_inline bool packet_find_payload(struct __sk_buff *skb, struct packet *packet)
{
	enum { UDP_HEADER = 8 };
	struct { __be16 ports[2]; __be32 sequence, acknowledged; __u8 length, flags; } tcp;

	packet->payload = packet->transport + UDP_HEADER;
	if (packet->facts.protocol == PACKET_TCP) {
		if (bpf_skb_load_bytes(skb, packet->transport, &tcp, sizeof(tcp)))
			return false;
		packet->facts.sequence = bpf_ntohl(tcp.sequence);
		packet->facts.tcp_flags = tcp.flags;
		packet->payload = packet->transport + (tcp.length >> 4) * 4;
	}
	if (packet->payload > skb->len)
		return false;
	packet->length = skb->len - packet->payload;
	return true;
}
