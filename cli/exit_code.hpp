// Exit codes of the command line; scripts rely on them.
#pragma once

namespace tocsin::cli {

inline constexpr int kOk = 0;
inline constexpr int kFindings = 1;  ///< rule errors, failed tests
inline constexpr int kUsage = 2;
inline constexpr int kWarnings = 3;   ///< under --deny-warnings
inline constexpr int kInternal = 70;  ///< our bug
inline constexpr int kInputOutput = 74;

}  // namespace tocsin::cli
