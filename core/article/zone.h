/* zone.h: named time zones, such as "Europe/London", from the system's tz database.
 *
 * Read from /usr/share/zoneinfo (RFC 8536, version 2 and up), each time anew: callers that ask
 * often keep the bytes. After a file's last change its rule counts ("GMT0BST,M3.5.0/1,M10.5.0";
 * rules by day numbers are not known and mean no summer time). Offsets are whole minutes; older
 * ones by the sun are rounded.
 */
#ifndef GALLEY_ZONE_H
#define GALLEY_ZONE_H

#include "base/memory.h"

/* The bytes of a zone's file; false when there is no such zone (or no database). */
bool zone_read(struct text name, struct buffer *bytes);
/* Minutes east of UTC at an instant; false when the bytes are no zone's. */
bool zone_offset(struct text bytes, int64_t instant, int16_t *minutes);
/* The same for the time that a clock on the wall shows, counted as if it were UTC. Of a time that
 * the clock shows twice the first is meant; for one that it skips it is the offset before. */
bool zone_offset_at_wall(struct text bytes, int64_t wall, int16_t *minutes);

#endif
