/* What an exec tells beside enum record_file in record_header.detail[0]: facts about the
 * process, in bits of their own. Included by both sides, hence C. */
#pragma once

enum record_exec {
	RECORD_EXEC_SOCKET_OUTPUT = 1 << 16, /* its standard output is a socket */
};

enum { RECORD_FILE_FACTS = (1 << 16) - 1 }; /* the bits of enum record_file */
