// clock.h: the time as the database keeps it.
#pragma once
#include <string>

namespace steepest::store {

/// Now in UTC as "2026-01-31T12:34:56.789Z": sorts as text, read by SQLite's date functions and by pandas.
std::string utc_now();

/// Now in seconds since 1970, for leases.
double epoch_seconds();

}  // namespace steepest::store
