// A window rule through the whole engine, text in and messages out, against the reference.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/symbol.hpp"
#include "rules/plan.hpp"
#include "tests/oracle/windows.hpp"
#include "tests/property/random_window.hpp"

namespace tocsin::property {

/// How a stream is given to the engine.
struct WindowWay {
  std::uint32_t partitions = 1;
  std::vector<std::size_t> cuts{};  ///< events at which a batch begins; rising
  bool saves = false;               ///< between batches the state goes into a new engine, where nothing waits
};

/// A rule compiled; or what is wrong with it.
struct CompiledWindow {
  std::shared_ptr<const rules::RuleSet> set;
  std::string problems;
};
CompiledWindow compile_window(const WindowRule& rule);

struct WindowJudgement {
  std::string difference;  ///< empty: none
  bool unsure = false;     ///< hangs on how floats are rounded: not judged
  std::size_t messages = 0;
  std::map<std::string, std::size_t> seen;
};
/// `symbols` may have served other cases.
WindowJudgement judge(const WindowCase& test, const CompiledWindow& compiled, const WindowWay& way,
                      events::SymbolTable& symbols);

/// The smallest case found that still differs, and its report.
std::string report_smaller(WindowCase test, WindowWay way);

}  // namespace tocsin::property
