// shared_text.cpp: see shared_text.h.
#include "page/shared_text.h"

#include <algorithm>

namespace steepest::page {

SharedText::SharedText(std::function<std::int64_t()> version, std::function<Tagged()> make, std::mutex& one_at_a_time)
    : version_(std::move(version)), make_(std::move(make)), mutex_(one_at_a_time) {}

std::shared_ptr<const Tagged> SharedText::get(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (made_ && now < next_) return made_;
  const auto version = version_();
  if (made_ && version == made_of_) return made_;
  const auto begin = Clock::now();
  made_ = std::make_shared<const Tagged>(make_());
  made_of_ = version;
  next_ = now + std::max<Clock::duration>(kLeast, kShare * (Clock::now() - begin));
  return made_;
}

}  // namespace steepest::page
