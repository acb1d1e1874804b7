// migration_6.cpp: from schema version 5 to version 6.
#include "store/migrations.h"

namespace steepest::store {
namespace {

// A run says with how many others it was trained as one. Those of before were trained alone.
constexpr const char* kToVersion6 = R"sql(
ALTER TABLE run ADD COLUMN stacked INTEGER NOT NULL DEFAULT 0 CHECK (stacked >= 0);
UPDATE run SET earlier = json_set(earlier, '$.stacked', 0) WHERE earlier IS NOT NULL;
)sql";

}  // namespace

Migration migration_to_6() { return {6, kToVersion6, {}, ""}; }

}  // namespace steepest::store
