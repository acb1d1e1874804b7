// clock_shim.cpp: preloaded into a program, makes its date run backwards; the clock since the machine's start stays as it is.
#include <dlfcn.h>
#include <time.h>

namespace {

using Clock = int (*)(clockid_t, timespec*);

constexpr long long kNanoseconds = 1'000'000'000;
/// The date is mirrored at the start of 2030: one rule for all processes, so that whatever is read later, by whomever, is earlier.
constexpr long long kMirror = 1'893'456'000 * kNanoseconds;

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* now) {
  static const auto original = reinterpret_cast<Clock>(dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = original(clock, now);
  if (clock != CLOCK_REALTIME || result != 0) return result;
  const long long mirrored = 2 * kMirror - (now->tv_sec * kNanoseconds + now->tv_nsec);
  now->tv_sec = mirrored / kNanoseconds;
  now->tv_nsec = mirrored % kNanoseconds;
  return 0;
}
