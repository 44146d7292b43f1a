// The parts of a URI that stand behind its `?`: `name=value`, `&` between two, %XX for a byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace tocsin::transports {

/// The error is one line for a person.
template <class T>
using Result = tl::expected<T, std::string>;

tl::unexpected<std::string> refuse(std::string why);
std::string quoted(std::string_view text);

Result<std::string> percent_decoded(std::string_view text);

struct Option {
  std::string name;
  std::string value;  ///< decoded
};
Result<std::vector<Option>> parse_query(std::string_view query);

/// `a, b, c`
std::string listed(const std::vector<std::string>& words);

}  // namespace tocsin::transports
