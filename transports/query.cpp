#include "transports/query.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::transports {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string quoted(std::string_view text) { return std::string("`").append(text).append("`"); }

tl::unexpected<std::string> refuse(std::string why) { return tl::unexpected<std::string>(std::move(why)); }

Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return refuse("`%` in " + quoted(text) + " must be followed by two hexadecimal digits (`%25` is a `%`)");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<std::vector<Option>> parse_query(std::string_view query) {
  std::vector<Option> options;
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), item.size() + 1));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos)
      return refuse("option " + quoted(item) + " has no value: write `name=value`, `&` between two");
    Result<std::string> value = percent_decoded(item.substr(equals + 1));
    if (!value) return refuse(value.error());
    options.push_back({std::string(item.substr(0, equals)), std::move(*value)});
  }
  return options;
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

}  // namespace tocsin::transports
