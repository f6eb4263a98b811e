#include "document/value.h"

#include "unit.h"

#include <math.h>

static struct value typed(const char *plain) {
    struct value value = {0};
    value_type_plain(&value, text_of(plain));
    return value;
}

static void core_schema(void) {
    static const char *const texts[] = {
        "no",   "yes",   "on",   "off",  "y",   "2024-01-01", "12:30:45", "1_000", "0b1",
        "nULL", "tRUE",  "+",    "-",    ".",   "e5",         "1e",       "1.2.3", "0o8",
        "0xG",  "+0x1F", "-0o7", "0X1F", "0O7", "+.nan",      "nan",      "inf",   "~ ",
        "12 ",  "1.5e+", "--1",  "+-1",  "<<",  "trueish",    "nothing"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(typed(texts[i]).type == VALUE_STRING);
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        CHECK(typed(nulls[i]).type == VALUE_NULL);
    CHECK(typed("True").type == VALUE_BOOLEAN && typed("TRUE").as.boolean);
    CHECK(typed("False").type == VALUE_BOOLEAN && !typed("FALSE").as.boolean);
    static const struct {
        const char *plain;
        int64_t integer;
    } integers[] = {{"0", 0},
                    {"014", 14},
                    {"+12", 12},
                    {"-19", -19},
                    {"0o17", 15},
                    {"0x1F", 31},
                    {"9223372036854775807", INT64_MAX},
                    {"-9223372036854775808", INT64_MIN},
                    {"0x7fffffffffffffff", INT64_MAX}};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        struct value value = typed(integers[i].plain);
        CHECK(value.type == VALUE_INTEGER && value.as.integer == integers[i].integer);
    }
    static const struct {
        const char *plain;
        double number;
    } numbers[] = {{"1e3", 1e3},
                   {"12.", 12},
                   {".5", .5},
                   {"-0.0", -0.0},
                   {"+1.5E-3", 1.5e-3},
                   {"9223372036854775808", 9223372036854775808.0},
                   {"-9223372036854775809", -9223372036854775808.0},
                   {"0xffffffffffffffff", 18446744073709551615.0},
                   {"-.INF", -INFINITY},
                   {"+.inf", INFINITY},
                   {".Inf", INFINITY}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct value value = typed(numbers[i].plain);
        CHECK(value.type == VALUE_FLOAT && value.as.number == numbers[i].number);
    }
    CHECK(typed(".NaN").type == VALUE_FLOAT && isnan(typed(".nan").as.number));
    char many[2000];
    memset(many, '9', sizeof many);
    struct value value = {0};
    value_type_plain(&value, (struct text){many, sizeof many});
    CHECK(value.type == VALUE_FLOAT && isinf(value.as.number));
}

static void risky_for_others(void) {
    static const char *const risky[] = {"",
                                        "no",
                                        "No",
                                        "NO",
                                        "y",
                                        "N",
                                        "on",
                                        "off",
                                        "yes",
                                        "true",
                                        "~",
                                        "null",
                                        "12",
                                        "014",
                                        "1_000",
                                        "0x1F",
                                        "0b101",
                                        "12:30:45",
                                        "12:30",
                                        "1.5",
                                        "1e3",
                                        ".5",
                                        "-7",
                                        "+1",
                                        ".inf",
                                        "2024-01-01",
                                        "2024-1-2",
                                        "=",
                                        "<<",
                                        ".nan",
                                        "1.e5",
                                        "-.inf",
                                        "0o17",
                                        "2024-01-02 9:00:00 -0500",
                                        "2001-12-14t21:59:43.10-05:00"};
    for (size_t i = 0; i < sizeof risky / sizeof *risky; i++) {
        CHECK(value_plain_is_risky(text_of(risky[i])));
        if (!value_plain_is_risky(text_of(risky[i]))) printf("# %s\n", risky[i]);
    }
    static const char *const safe[] = {
        "news",  "1.2.3", "12-3",     "yesterday", "-",    "v1",  "2024", "1st",
        "12:75", "a:b",   "2024-01-", "24-01-01",  "nope", "10%", "...",  "2024-01-02 (draft)"};
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        CHECK(value_plain_is_risky(text_of(safe[i])) == (strcmp(safe[i], "2024") == 0));
    CHECK(value_plain_is_date(TEXT("2024-01-02")));
    CHECK(!value_plain_is_date(TEXT("2024-01-02x")));
    CHECK(!value_plain_is_date(TEXT("20240102")));
}

static value_id add_member(struct values *values, value_id map, const char *key, value_id id) {
    value_set_key(values, id, text_of(key));
    value_append(values, map, id);
    return id;
}

static void order_and_links(void) {
    struct values values;
    values_open(&values, TEXT("abc"), VALUE_MAP);
    value_id b = add_member(&values, 1, "b", values_add_integer(&values, 2));
    value_id d = add_member(&values, 1, "d", values_add_number(&values, 4));
    value_id a = values_add_string(&values, TEXT("first"));
    value_set_key(&values, a, TEXT("a"));
    value_insert_before(&values, b, a);
    value_id c = values_add_boolean(&values, true);
    value_set_key(&values, c, TEXT("c"));
    value_insert_before(&values, d, c);
    CHECK(values.items[1].count == 4);
    CHECK(value_first(&values, 1) == a && value_next(&values, a) == b);
    CHECK(value_at(&values, 1, 3) == c && value_at(&values, 1, 5) == NO_VALUE);
    CHECK(value_at(&values, 1, 0) == NO_VALUE && value_at(&values, 1, 4) == d);
    CHECK_TEXT(value_text(&values, b), "2");
    CHECK_TEXT(value_text(&values, d), "4.0");
    CHECK_TEXT(value_text(&values, c), "true");
    CHECK_TEXT(value_text(&values, NO_VALUE), "");
    value_unlink(&values, b);
    value_unlink(&values, b);
    CHECK(values.items[1].count == 3 && value_next(&values, a) == c);
    value_unlink(&values, d);
    value_unlink(&values, a);
    CHECK(values.items[1].first == c && values.items[1].last == c);
    values_free(&values);
}

static void overridden_are_not_seen(void) {
    struct values values;
    values_open(&values, TEXT(""), VALUE_MAP);
    value_id one = add_member(&values, 1, "k", values_add_integer(&values, 1));
    value_id two = add_member(&values, 1, "k", values_add_integer(&values, 2));
    value_override(&values, one);
    value_override(&values, one);
    CHECK(values.items[1].count == 1 && value_first(&values, 1) == two);
    CHECK(value_get(&values, 1, TEXT("k")) == two && value_at(&values, 1, 1) == two);
    value_unlink(&values, one);
    CHECK(values.items[1].count == 1);
    values_free(&values);
}

/* A list in a list in a list, deeper than any stack would bear. */
static value_id nest(struct values *values, uint32_t depth) {
    value_id top = values_add(values, VALUE_LIST), at = top;
    for (uint32_t i = 0; i < depth; i++) {
        value_id inner = values_add(values, i % 2 ? VALUE_LIST : VALUE_MAP);
        value_set_key(values, inner, TEXT("key"));
        value_append(values, at, inner);
        at = inner;
    }
    value_append(values, at, values_add_integer(values, 7));
    return top;
}

static void copy_and_compare(void) {
    struct values one, two;
    values_open(&one, TEXT("source"), VALUE_MAP);
    values_open(&two, TEXT("other"), VALUE_LIST);
    value_id deep = nest(&one, 1000000);
    value_id copy = values_copy(&two, &one, deep);
    CHECK(values_equal(&one, deep, &two, copy));
    value_id own = values_copy(&one, &one, deep);
    CHECK(values_equal(&one, deep, &one, own));
    value_append(&two, copy, values_add_integer(&two, 1));
    CHECK(!values_equal(&one, deep, &two, copy));

    value_id map = values_add(&one, VALUE_MAP), same = values_add(&one, VALUE_MAP);
    add_member(&one, map, "a", values_add_string(&one, TEXT("x")));
    value_id nan = add_member(&one, map, "b", values_add_number(&one, NAN));
    add_member(&one, same, "a", values_add_string(&one, TEXT("x")));
    value_id b = add_member(&one, same, "b", values_add_number(&one, NAN));
    CHECK(values_equal(&one, map, &one, same) && values_equal(&one, nan, &one, b));
    value_set_key(&one, b, TEXT("c"));
    CHECK(!values_equal(&one, map, &one, same));
    value_set_key(&one, b, TEXT("b"));
    value_unlink(&one, b);
    CHECK(!values_equal(&one, map, &one, same));
    value_insert_before(&one, one.items[same].first, b); /* another order */
    CHECK(!values_equal(&one, map, &one, same));
    CHECK(!values_equal(&one, map, &one, NO_VALUE) && values_equal(&one, 0, &two, 0));
    values_free(&two);
    values_free(&one);
}

static void frozen_is_copied_on_change(void) {
    struct values values, frozen;
    values_open(&values, TEXT(""), VALUE_MAP);
    add_member(&values, 1, "a", values_add_string(&values, TEXT("x")));
    frozen = values;
    frozen.capacity = 0;
    frozen.strings.pool_capacity = 0;
    add_member(&frozen, 1, "b", values_add_string(&frozen, TEXT("y")));
    CHECK(values.items[1].count == 1 && frozen.items[1].count == 2);
    CHECK_TEXT(value_text(&frozen, value_get(&frozen, 1, TEXT("a"))), "x");
    values_free(&frozen);
    values_reuse(&values, TEXT("new"), VALUE_LIST);
    CHECK(values.items[1].type == VALUE_LIST && values.items[1].count == 0);
    values_free(&values);
}

static void numbers_as_written(void) {
    struct values values;
    values_open(&values, TEXT(""), VALUE_LIST);
    static const struct {
        double number;
        const char *written;
    } cases[] = {{0.1, "0.1"},       {1.0 / 3, "0.3333333333333333"},
                 {1e300, "1e+300"},  {-2, "-2.0"},
                 {INFINITY, ".inf"}, {-INFINITY, "-.inf"},
                 {NAN, ".nan"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        value_id id = values_add_number(&values, cases[i].number);
        CHECK_TEXT(value_text(&values, id), cases[i].written);
        CHECK(typed(cases[i].written).type == VALUE_FLOAT);
    }
    CHECK_TEXT(value_text(&values, values_add_integer(&values, INT64_MIN)), "-9223372036854775808");
    values_free(&values);
}

int main(void) {
    RUN(core_schema);
    RUN(risky_for_others);
    RUN(order_and_links);
    RUN(overridden_are_not_seen);
    RUN(copy_and_compare);
    RUN(frozen_is_copied_on_change);
    RUN(numbers_as_written);
    return unit_end();
}
