// clock_shim.cpp: preloaded into a program, makes its date run backwards; the clock since the machine's start stays as it is.
#include <dlfcn.h>
#include <time.h>

namespace {

using Clock = int (*)(clockid_t, timespec*);

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) {
  static const auto original = reinterpret_cast<Clock>(dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = original(clock, now);
  if (clock != CLOCK_REALTIME || result != 0) return result;
  // An hour back for every second that passes: later calls are always earlier.
  static const time_t start = now->tv_sec;
  now->tv_sec = start - 3600 * (now->tv_sec - start);
  return 0;
}
