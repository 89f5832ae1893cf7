/* The places of arguments, from the table of events: SLOT(ptrace, pid), SLOTS(ptrace). A
 * struct of one byte per argument, whose offsets are their numbers: an enumeration's names
 * could not carry the event's, as ARG does not know it. */
#pragma once

#define EVENT(id, identifier, text, made_by, sets, ...) struct slots_##identifier { __VA_ARGS__ };
#define ARG(identifier, text, type) char identifier;
#define NO_ARGS
#include "events/table.def"
#undef NO_ARGS
#undef ARG
#undef EVENT

#define SLOT(event, argument) __builtin_offsetof(struct slots_##event, argument)
#define SLOTS(event) sizeof(struct slots_##event)
