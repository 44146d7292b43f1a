#include "events/declarations.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace tocsin::events {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `name`, or it with the first number from 2 that makes it new.
std::string unique(const std::string& name, std::set<std::string>& taken) {
  std::string made = name;
  for (int i = 2; !taken.insert(made).second; ++i) made = name + std::to_string(i);
  return made;
}

/// `sshd.failed_password` → `SshdFailedPassword`.
std::string type_name_of(std::string_view wire) {
  std::string name;
  bool begins = true;
  for (const char c : wire) {
    const bool fits = is_letter(c) || is_digit(c);
    if (fits) name += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !fits;
  }
  return name.empty() || is_digit(name[0]) ? "Event" + name : name;
}

/// A key as it is where rules can use it as a name.
std::string field_name_of(std::string_view key) {
  constexpr std::array<std::string_view, 14> kReserved = {"and",   "or",   "not",     "in",      "is", "null", "true",
                                                          "false", "like", "matches", "between", "if", "then", "else"};
  std::string name;
  for (const char c : key) {
    const bool fits = is_letter(c) || is_digit(c) || c == '_';
    if (fits || name.empty() || name.back() != '_') name += fits ? c : '_';
  }
  if (name.find_first_not_of('_') == std::string::npos) name = "field" + name;
  if (is_digit(name[0])) name.insert(0, "_");
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) name += '_';
  return name;
}

std::string pointer_of(const std::vector<std::string>& path) {
  std::string pointer;
  for (const std::string& token : path) {
    pointer += '/';
    for (const char c : token) pointer += c == '~' ? std::string("~0") : c == '/' ? "~1" : std::string(1, c);
  }
  return pointer;
}

bool is_declared(const FoundField& field) {
  return field.is_object ? std::any_of(field.inner.begin(), field.inner.end(), is_declared) : field.type.has_value();
}

class Writer {
 public:
  void type(const FoundType& type, const std::string& name) {
    out_ += "event " + name;
    if (name != type.wire) out_ += " " + literal_of(type.wire);
    out_ += fmt::format(" {{  // {} event{}{}\n", type.events, type.events == 1 ? "" : "s",
                        type.comment.empty() ? "" : "; " + type.comment);
    fields(type.fields, 1);
    out_ += "}\n";
  }
  std::string take() { return std::move(out_); }

 private:
  void fields(const std::vector<FoundField>& fields, std::size_t depth) {
    std::set<std::string> names;
    for (const FoundField& each : fields)  // those that can keep their names do
      if (is_declared(each) && field_name_of(each.key) == each.key) names.insert(each.key);
    for (const FoundField& each : fields) {
      path_.push_back(each.key);
      field(each, names, depth);
      path_.pop_back();
    }
  }

  void field(const FoundField& field, std::set<std::string>& names, std::size_t depth) {
    const std::string indent(2 * depth, ' ');
    if (!is_declared(field)) {
      out_ += fmt::format("{}// {}: {}\n", indent, literal_of(field.key),
                          field.is_object ? "an object without fields that can be declared" : field.comment);
      return;
    }
    const bool same = field_name_of(field.key) == field.key;
    const std::string name = same ? field.key : unique(field_name_of(field.key), names);
    out_ += fmt::format("{}{}: ", indent, name);
    if (field.is_object) {
      out_ += "{\n";
      fields(field.inner, depth + 1);
      out_ += indent + "}";
    } else {
      out_ += name_of(*field.type);
    }
    if (field.optional) out_ += '?';
    if (!same) out_ += " from " + literal_of(pointer_of(path_));
    out_ += ",";
    if (!field.comment.empty()) out_ += "  // " + field.comment;
    out_ += '\n';
  }

  std::string out_;
  std::vector<std::string> path_;
};

}  // namespace

std::string literal_of(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

std::string declarations_of(const std::vector<FoundType>& types) {
  Writer writer;
  std::set<std::string> names;
  std::string out;
  for (const FoundType& type : types) {
    if (!out.empty()) out += '\n';
    writer.type(type, unique(type_name_of(type.wire), names));
    out += writer.take();
  }
  return out;
}

}  // namespace tocsin::events
