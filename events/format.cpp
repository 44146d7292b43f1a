#include "events/format.hpp"

#include <algorithm>

namespace tocsin::events {
namespace {

/// `~1` is a slash, `~0` a tilde.
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    out += escape ? (token[++i] == '0' ? '~' : '/') : token[i];
  }
  return out;
}

}  // namespace

std::vector<std::string> tokens_of_place(std::string_view place) {
  if (place.empty() || place.front() != '/') return {std::string(place)};
  std::vector<std::string> tokens;
  while (!place.empty()) {
    place.remove_prefix(1);
    const std::size_t size = std::min(place.find('/'), place.size());
    tokens.push_back(unescaped(place.substr(0, size)));
    place.remove_prefix(size);
  }
  return tokens;
}

}  // namespace tocsin::events
