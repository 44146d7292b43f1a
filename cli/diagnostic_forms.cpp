#include "cli/diagnostic_forms.hpp"

#include <fmt/format.h>

#include "rules/codes.hpp"
#include "rules/columns.hpp"

namespace tocsin::cli {

namespace {

const char* level_name(const rules::Diagnostic& diagnostic) {
  return diagnostic.level == rules::Level::error ? "error" : "warning";
}

void put_names(JsonWriter& json, const std::vector<std::string>& names) {
  json.begin_array();
  for (const std::string& name : names) json.text(name);
  json.end_array();
}

void put_point(JsonWriter& json, const rules::Source& source, std::uint32_t offset) {
  const rules::LineColumn at = rules::place_of(source, offset);
  json.begin_object().member("line", at.line).member("column", at.column).member("offset", offset).end_object();
}

void put_place(JsonWriter& json, const rules::Sources& sources, const rules::Span& span) {
  const rules::Source& source = sources[span.file];
  json.key("place").begin_object().member("file", source.name);
  put_point(json.key("begin"), source, span.begin);
  put_point(json.key("end"), source, span.end);
  json.end_object();
}

void put_diagnostic(JsonWriter& json, const rules::Diagnostic& diagnostic, const rules::Sources& sources) {
  json.begin_object().member("code", diagnostic.code).member("level", level_name(diagnostic));
  json.member("title", rules::title_of(diagnostic.code)).member("message", diagnostic.message);
  json.member("label", diagnostic.label);
  put_place(json, sources, diagnostic.span);
  json.key("related").begin_array();
  for (const rules::Related& related : diagnostic.related) {
    json.begin_object().member("label", related.label);
    put_place(json, sources, related.span);
    json.end_object();
  }
  json.end_array().key("helps").begin_array();
  for (const rules::Suggestion& help : diagnostic.helps) {
    json.begin_object().member("help", help.help);
    if (help.span) {
      put_place(json, sources, *help.span);
      json.member("replacement", help.replacement);
    }
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

Counts count(const rules::Diagnostics& diagnostics) {
  Counts counts;
  for (const rules::Diagnostic& diagnostic : diagnostics)
    ++(diagnostic.level == rules::Level::error ? counts.errors : counts.warnings);
  return counts;
}

std::string short_lines(const rules::Diagnostics& diagnostics, const rules::Sources& sources) {
  std::string text;
  for (const rules::Diagnostic& diagnostic : diagnostics) {
    const rules::Source& source = sources[diagnostic.span.file];
    const rules::LineColumn at = rules::place_of(source, diagnostic.span.begin);
    text += fmt::format("{}:{}:{}: {}[{}]: {}\n", source.name, at.line, at.column, level_name(diagnostic),
                        diagnostic.code, rules::without_controls(diagnostic.message));
  }
  return text;
}

void put_diagnostics(JsonWriter& json, const rules::Diagnostics& diagnostics, const rules::Sources& sources) {
  json.begin_array();
  for (const rules::Diagnostic& diagnostic : diagnostics) put_diagnostic(json, diagnostic, sources);
  json.end_array();
}

std::string json_form(const rules::Diagnostics& diagnostics, const rules::Sources& sources,
                      const std::vector<RuleClass>& classes) {
  const Counts counts = count(diagnostics);
  JsonWriter json;
  json.begin_object().member("version", 1).member("files", sources.size());
  json.member("errors", counts.errors).member("warnings", counts.warnings);
  put_diagnostics(json.key("diagnostics"), diagnostics, sources);
  json.key("rules").begin_array();
  for (const RuleClass& each : classes) {
    json.begin_object().member("rule", each.rule).member("class", each.cost).member("keeps", each.keeps);
    json.member("bound", each.bound);
    put_names(json.key("reads"), each.inputs);
    put_names(json.key("key"), each.key);
    json.member("layer", each.layer).end_object();
  }
  json.end_array().end_object();
  return json.str();
}

}  // namespace tocsin::cli
