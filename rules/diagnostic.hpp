// Problems of rule text as data: code, place, message, help. Rendering is apart from finding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "rules/source.hpp"

namespace tocsin::rules {

enum class Level : std::uint8_t { error, warning };

/// Text to write at `span` instead of what stands there (an empty span inserts).
struct Suggestion {
  std::string help;  ///< "a field with a similar name exists"
  std::optional<Span> span;
  std::string replacement;
};

/// A second place that matters, with its label: "declared here".
struct Related {
  Span span;
  std::string label;
};

struct Diagnostic {
  std::string code;  ///< `E0203`, `W0101`: permanent, listed in rules/codes.hpp
  Level level = Level::error;
  Span span;
  std::string message;  ///< one line: what is wrong
  std::string label;    ///< under the underline; may be empty
  std::vector<Related> related;
  std::vector<Suggestion> helps;
};

using Diagnostics = std::vector<Diagnostic>;

template <class T>
using Result = tl::expected<T, Diagnostics>;

bool has_errors(const Diagnostics& diagnostics);

/// By file, place, code; exact repetitions leave.
void sort_diagnostics(Diagnostics& diagnostics);

/// As many as are told of one file.
inline constexpr std::size_t kMaxDiagnostics = 20;
/// Of a file with more than kMaxDiagnostics the first errors stay, then the first warnings; the last one kept says that
/// there is more. Takes and leaves them sorted.
void limit_diagnostics(Diagnostics& diagnostics);

/// The layout of docs: `error[E0203]: …`, ` --> file:line:column`, the line underlined, related places, helps with the
/// mended line. With `color`: ANSI colours. Control characters of rule files never get out.
std::string render(const Diagnostics& diagnostics, const Sources& sources, bool color);

/// The candidate nearest to `name`: edit distance at most 1 up to 4 letters, else 2; a transposition counts 1. Up to 2
/// letters only the same ones in another case or order. Empty: none.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace tocsin::rules
