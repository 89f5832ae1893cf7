#pragma once

enum { ADDRESS_MAX = 128 /* sizeof(struct sockaddr_storage) */ };
