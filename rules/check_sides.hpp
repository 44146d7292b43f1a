// Names of steps on sides of `or` and `and`: which sides of an `or` are one step, and which steps may share a name.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "rules/check.hpp"

namespace tocsin::rules::checking {

/// Where the steps of one name stand, by the sides around them.
class NamePlaces {
 public:
  /// Remembers the step, unless one of the name may be there in the same way through the pattern: any but those on
  /// other sides of an `or`. Gives that one, else nothing.
  std::optional<std::uint32_t> add(std::uint32_t step, const std::vector<SideDraft>& around,
                                   const std::vector<Split>& splits);
  /// The first that was remembered; there must be one.
  std::uint32_t first() const { return *places_.at({}).step; }

 private:
  struct Place {
    std::optional<std::uint32_t> step{};   ///< the first that stands here
    bool ends = false;                     ///< … itself, on no further side
    std::optional<std::uint32_t> split{};  ///< whose sides the steps here are on
  };
  std::map<std::vector<std::uint32_t>, Place> places_{};  ///< by sides, outer first
};

/// The sides of an `or` of single events, those of one name together, unless an event could fit what stands between
/// them: then it would be taken in another order.
std::vector<std::vector<const syntax::Step*>> joined_by_name(const std::vector<const syntax::Step*>& sides);

}  // namespace tocsin::rules::checking
