/* What the register knows of the words of the command line: rows of complete_types. */
#ifndef HOLDFAST_CLI_COMPLETE_REGISTER_H
#define HOLDFAST_CLI_COMPLETE_REGISTER_H

#include "complete.h"

void offer_kind(const struct complete *c);
void offer_ref(const struct complete *c);
void offer_person(const struct complete *c);
void offer_evidence(const struct complete *c);
void offer_member(const struct complete *c); /* fingerprints and persons; the four roles (cmd_member.c) */
void offer_roles(const struct complete *c);
void offer_conflict(const struct complete *c);

/* "field=", and behind it what the field may be. The kind is the first operand, or of the record that it names, or the command's own. */
void offer_field(const struct complete *c);
void offer_change(const struct complete *c);

#endif
