// migrations.h: the steps from one schema version to the next, each in a file of its own, migration_N.cpp. Views are no part of them: they
// hold nothing, and are made anew.
#pragma once
#include "store/schema.h"

namespace steepest::store {

Migration migration_to_2();
Migration migration_to_3();
Migration migration_to_4();
Migration migration_to_5();
Migration migration_to_6();

}  // namespace steepest::store
