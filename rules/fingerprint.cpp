// The dump names types, fields and wire forms instead of ids, so it is the canonical form that is hashed.
#include "rules/fingerprint.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace tocsin::rules {

std::string fingerprint(const RulePlan& plan, const events::Schema& schema) {
  RulePlan canonical = plan;
  canonical.description.clear();
  canonical.version.clear();
  canonical.layer = 0;
  const std::string text = dump(canonical, schema);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace tocsin::rules
