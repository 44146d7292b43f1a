// What is made once of a call's constant arguments, and what can be wrong with these.
#include "rules/functions_parts.hpp"
#include "rules/lists.hpp"

namespace tocsin::rules {

namespace {

constexpr std::size_t kFewMembers = 8;  // so many are as fast to compare one by one

const events::Value* constant_arg(const Expr& call, std::size_t i) {
  if (i >= call.args.size() || call.args[i].op != Op::constant || events::is_null(call.args[i].value)) return nullptr;
  return &call.args[i].value;
}
const std::string* constant_text(const Expr& call, std::size_t i) {
  const events::Value* value = constant_arg(call, i);
  return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

std::unique_ptr<re2::RE2> regex_of(const std::string& text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return std::make_unique<re2::RE2>(text, options);
}

std::shared_ptr<const Prepared> prepared(Prepared::Node node) {
  return std::make_shared<const Prepared>(std::move(node));
}

std::shared_ptr<const Prepared> prepared_regex(const std::string& text) {
  std::unique_ptr<re2::RE2> regex = regex_of(text);
  return regex->ok() ? prepared(std::move(regex)) : nullptr;
}

std::shared_ptr<const Prepared> prepared_network(const std::string& text) {
  std::string problem;
  const std::optional<Network> network = parse_network(text, problem);
  return network ? prepared(*network) : nullptr;
}

std::shared_ptr<const Prepared> prepared_zone(std::string_view name) {
  absl::TimeZone zone;
  return load_zone(name, zone) ? prepared(zone) : nullptr;
}

/// Elements compare as bytes do where list and value are of one type that isn't float.
std::shared_ptr<const Prepared> prepared_members(const events::Value* value, Type wanted) {
  const auto* list = value == nullptr ? nullptr : std::get_if<events::List>(value);
  if (list == nullptr || list->element != wanted || wanted == Type::floating) return nullptr;
  if (count_elements(wanted, list->bytes) <= kFewMembers) return nullptr;
  Members members;
  for (std::string_view bytes = list->bytes; !bytes.empty();) {
    const Item item = take_item(wanted, bytes);
    if (is_text(wanted))
      members.texts.emplace(item.text);
    else
      members.slots.insert(item.slot);
  }
  return prepared(std::move(members));
}

std::shared_ptr<const Prepared> prepared_polygon(const events::Value* value) {
  const auto* list = value == nullptr ? nullptr : std::get_if<events::List>(value);
  std::vector<Point> points;
  if (list == nullptr || !points_of(list->element, list->bytes, points)) return nullptr;
  return prepared(std::move(points));
}

}  // namespace

bool is_zone(std::string_view name) {
  absl::TimeZone zone;
  return load_zone(name, zone);
}

std::shared_ptr<const Prepared> prepare(const Expr& call) {
  const std::string* text = constant_text(call, 1);
  switch (call.function) {
    case Function::like:
      return text == nullptr ? nullptr : prepared(like_pattern(*text));
    case Function::matches:
      return text == nullptr ? nullptr : prepared_regex(*text);
    case Function::in_network:
      return text == nullptr ? nullptr : prepared_network(*text);
    case Function::hour:
    case Function::minute:
    case Function::weekday:
    case Function::date:
      if (call.args.size() == 2) return text == nullptr ? nullptr : prepared_zone(*text);
      return call.zone.empty() ? nullptr : prepared_zone(call.zone);
    case Function::in_list:
      return prepared_members(constant_arg(call, 1), call.args[0].type);
    case Function::contains:
      return events::is_list(call.args[0].type) ? prepared_members(constant_arg(call, 0), call.args[1].type) : nullptr;
    case Function::inside:
      return prepared_polygon(constant_arg(call, 1));
    default:
      return nullptr;
  }
}

std::optional<BadConstant> bad_constant(const Expr& call) {
  const auto bad = [](std::string message) { return BadConstant{1, std::move(message)}; };
  const std::string* text = constant_text(call, 1);
  switch (call.function) {
    case Function::like:
      if (text == nullptr) return bad("the pattern after `like` must be a constant");
      return std::nullopt;
    case Function::matches: {
      if (text == nullptr) return bad("the regular expression after `matches` must be a constant");
      const std::unique_ptr<re2::RE2> regex = regex_of(*text);
      if (regex->ok()) return std::nullopt;
      return bad("`" + *text + "` is no regular expression: " + regex->error());
    }
    case Function::in_network: {
      if (text == nullptr) return bad("the network after `in` must be a constant");
      std::string problem;
      if (parse_network(*text, problem)) return std::nullopt;
      return bad(std::move(problem));
    }
    case Function::hour:
    case Function::minute:
    case Function::weekday:
    case Function::date:
      if (call.args.size() < 2) return std::nullopt;
      if (text == nullptr) return bad("the time zone must be a constant");
      if (is_zone(*text)) return std::nullopt;
      return bad("there is no time zone `" + *text + "`; zones are called like `Europe/Berlin`");
    default:
      return std::nullopt;
  }
}

}  // namespace tocsin::rules
