#include "cli/option_values.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "events/time.hpp"
#include "rules/diagnostic.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

std::string not_a_duration(const std::string& text) {
  if (const auto value = events::parse_duration(text); value && value->ns >= 0) return {};
  return "`" + text + "` is no duration; write for example 500ms, 5s or 1m30s";
}

std::string not_an_input(const std::string& uri) {
  const auto address = transports::parse_uri(uri, transports::Direction::source);
  return address ? "" : address.error();
}

std::string not_an_output(const std::string& uri) {
  const auto address = transports::parse_uri(uri, transports::Direction::sink);
  return address ? "" : address.error();
}

std::string not_a_socket(const std::string& uri) {
  if (uri.rfind("zmq+", 0) != 0)
    return "`" + uri + "` is no ZeroMQ address; write for example zmq+push://127.0.0.1:5555";
  return not_an_output(uri);
}

std::string not_a_regex(const std::string& text) {
  const re2::RE2 pattern(text, re2::RE2::Quiet);
  return pattern.ok() ? "" : "`" + text + "` is no regular expression: " + pattern.error();
}

std::string not_rules(const std::string& path) {
  constexpr std::array<std::string_view, 6> kEvents = {".ndjson", ".jsonl", ".json", ".csv", ".gz", ".zst"};
  const auto fits = [&](std::string_view end) { return path.ends_with(end); };
  if (std::none_of(kEvents.begin(), kEvents.end(), fits)) return {};
  return "`" + path + "` is no file of rules; to read events from it: --in " + path;
}

CLI::Validator one_of(std::vector<std::string> words) {
  std::string description = fmt::format("{{{}}}", fmt::join(words, ","));
  const auto judge = [words = std::move(words)](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
    const std::string near = rules::nearest(text, words);
    return fmt::format("`{}` is none of {}{}", text, fmt::join(words, ", "),
                       near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
  };
  return CLI::Validator(judge, std::move(description));
}

CLI::Validator number_in(std::uint32_t least, std::uint32_t most) {
  const auto judge = [least, most](const std::string& text) {
    std::uint32_t value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return std::string();
    return fmt::format("`{}` is no whole number from {} to {}", text, least, most);
  };
  return CLI::Validator(judge, "");
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  const std::size_t begin = name.find(":{");
  if (begin == std::string::npos || !name.ends_with('}')) return {};
  return CLI::detail::split(name.substr(begin + 2, name.size() - begin - 3), ',');
}

}  // namespace tocsin::cli
