/*
 * What rules and queries may ask about the shelf, the runs and the rules: the tables provider, route, asks, book, statement, run and finding of a
 * register's index. Their columns stand in holdfast-policy(5). They are empty until a query reads them, because filling them costs more than most queries.
 */
#ifndef HOLDFAST_VIEWS_H
#define HOLDFAST_VIEWS_H

#include "holdfast/db.h"
#include "holdfast/err.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"

/*
 * Fill one group of the tables anew ("provider route asks", "book", "statement", "run", "finding looked"). For a supplier (hf_register_supply). A sheet with defects, or
 * a run that cannot be read, is left out: book lint and run list name it.
 */
enum hf_code hf_views_fill(struct hf_register *r, struct hf_shelf *shelf, const char *group, struct hf_err *e);

/* The first three alone, in any index. today: for routes that are past their day. */
enum hf_code hf_views_shelf(struct hf_db *db, struct hf_shelf *shelf, const char *group, const char *today, struct hf_err *e);

#endif
