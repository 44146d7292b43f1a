// What the fuzz targets share: requirements that end the process with what they found, and a bound on time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

/// What libFuzzer calls for each input, and replay.cpp for each file of a corpus. Gives 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tocsin::fuzz {

/// Ends the process unless `holds`; a fuzzer keeps the input that led here.
inline void require(bool holds, const char* what, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s: %s\n", what, detail.c_str());
  std::abort();
}

/// While one lives the thread may use a second of CPU time, which no load of the machine adds to.
class CpuLimit {
 public:
  static constexpr double kSeconds = 1.0;
  explicit CpuLimit(const char* what) : what_(what), begin_(now()) {}
  ~CpuLimit() { require(now() - begin_ <= kSeconds, what_, std::to_string(now() - begin_) + " s of CPU time"); }
  CpuLimit(const CpuLimit&) = delete;
  CpuLimit& operator=(const CpuLimit&) = delete;

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }
  const char* what_;
  double begin_;
};

/// Numbers from the front of an input, so that a fuzzer can choose them.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  /// One of `count` numbers; 0 at the end of the input.
  std::size_t below(std::size_t count) {
    if (bytes_.empty() || count == 0) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte % count;
  }
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace tocsin::fuzz
