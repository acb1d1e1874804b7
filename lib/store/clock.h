// clock.h: the time as the database keeps it.
#pragma once
#include <string>

namespace steepest::store {

/// Now in UTC as "2026-01-31T12:34:56.789Z": sorts as text, read by SQLite's date functions and by pandas.
std::string utc_now();

/// The clock of leases: seconds since the machine's start, the same for all its processes. It neither jumps nor runs backwards when the
/// machine's date is set, and stands still while the machine sleeps.
double lease_seconds_now();

/// Names the machine's present start, in which lease_seconds_now() counts: a lease of another start, or another machine, is void.
/// 16 hexadecimal digits of a hash, which tells nothing else.
const std::string& lease_boot();

}  // namespace steepest::store
