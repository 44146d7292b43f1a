// Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the text.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cli/code_page.hpp"
#include "cli/diagnostic_forms.hpp"
#include "cli/json_writer.hpp"
#include "rules/codes.hpp"

namespace tocsin::cli {

namespace {

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";

/// A path as a URI: relative ones stay so, absolute ones get their scheme.
std::string uri_of(const std::string& path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

class Log {
 public:
  Log(const rules::Diagnostics& diagnostics, const rules::Sources& sources)
      : diagnostics_(diagnostics), sources_(sources) {
    std::set<std::string> codes;
    for (const rules::Diagnostic& diagnostic : diagnostics) codes.insert(diagnostic.code);
    codes_.assign(codes.begin(), codes.end());
  }

  std::string write() {
    json_.begin_object().member("$schema", kSchema).member("version", "2.1.0").key("runs").begin_array();
    json_.begin_object();
    tool();
    json_.key("artifacts").begin_array();
    for (const rules::Source& source : sources_) {
      json_.begin_object().key("location").begin_object().member("uri", uri_of(source.name)).end_object();
      json_.key("length").number(source.text.size()).member("sourceLanguage", "tocsin").end_object();
    }
    json_.end_array().member("columnKind", "unicodeCodePoints").key("results").begin_array();
    for (const rules::Diagnostic& diagnostic : diagnostics_) result(diagnostic);
    json_.end_array().end_object().end_array().end_object();
    return json_.str();
  }

 private:
  void tool() {
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.member("name", "tocsin").member("version", TOCSIN_VERSION).key("rules").begin_array();
    for (const std::string& code : codes_) {
      json_.begin_object().member("id", code);
      message("shortDescription", rules::title_of(code));
      json_.key("defaultConfiguration").begin_object();
      json_.member("level", code.front() == 'E' ? "error" : "warning").end_object();
      if (const auto page = find_code_page(code)) {
        json_.key("help").begin_object();
        json_.member("text", page->text).member("markdown", page->text).end_object();
      }
      json_.end_object();
    }
    json_.end_array().end_object().end_object();
  }

  void result(const rules::Diagnostic& diagnostic) {
    const auto rule = std::lower_bound(codes_.begin(), codes_.end(), diagnostic.code) - codes_.begin();
    json_.begin_object().member("ruleId", diagnostic.code).member("ruleIndex", static_cast<std::uint64_t>(rule));
    json_.member("level", diagnostic.level == rules::Level::error ? "error" : "warning");
    message("message", diagnostic.label.empty() ? diagnostic.message : diagnostic.message + ": " + diagnostic.label);
    json_.key("locations").begin_array().begin_object();
    physical_location(diagnostic.span);
    json_.end_object().end_array();
    if (!diagnostic.related.empty()) related_locations(diagnostic.related);
    if (std::any_of(diagnostic.helps.begin(), diagnostic.helps.end(), [](const auto& help) { return !!help.span; }))
      fixes(diagnostic.helps);
    json_.end_object();
  }

  void related_locations(const std::vector<rules::Related>& related) {
    json_.key("relatedLocations").begin_array();
    std::uint64_t id = 0;
    for (const rules::Related& each : related) {
      json_.begin_object().member("id", ++id);
      physical_location(each.span);
      if (!each.label.empty()) message("message", each.label);
      json_.end_object();
    }
    json_.end_array();
  }

  void fixes(const std::vector<rules::Suggestion>& helps) {
    json_.key("fixes").begin_array();
    for (const rules::Suggestion& help : helps) {
      if (!help.span) continue;
      json_.begin_object();
      message("description", help.help);
      json_.key("artifactChanges").begin_array().begin_object();
      artifact_location(help.span->file);
      json_.key("replacements").begin_array().begin_object();
      region("deletedRegion", *help.span);
      message("insertedContent", help.replacement);
      json_.end_object().end_array().end_object().end_array().end_object();
    }
    json_.end_array();
  }

  void message(const char* name, std::string_view text) {
    json_.key(name).begin_object().member("text", text).end_object();
  }

  void artifact_location(rules::FileId file) {
    json_.key("artifactLocation").begin_object().member("uri", uri_of(sources_[file].name));
    json_.member("index", file).end_object();
  }

  void physical_location(const rules::Span& span) {
    json_.key("physicalLocation").begin_object();
    artifact_location(span.file);
    region("region", span);
    json_.end_object();
  }

  /// The end column is the one behind the last.
  void region(const char* name, const rules::Span& span) {
    const rules::LineColumn begin = rules::place_of(sources_[span.file], span.begin);
    const rules::LineColumn end = rules::place_of(sources_[span.file], span.end);
    json_.key(name).begin_object().member("startLine", begin.line).member("startColumn", begin.column);
    json_.member("endLine", end.line).member("endColumn", end.column).end_object();
  }

  const rules::Diagnostics& diagnostics_;
  const rules::Sources& sources_;
  std::vector<std::string> codes_;  ///< given ones, sorted
  JsonWriter json_;
};

}  // namespace

std::string sarif_form(const rules::Diagnostics& diagnostics, const rules::Sources& sources) {
  return Log(diagnostics, sources).write();
}

}  // namespace tocsin::cli
