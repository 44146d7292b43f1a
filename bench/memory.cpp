// Memory over time: what `tocsin run` keeps resident at a tenth of a stream and at its end, for rules that never
// complete.
//
// Input: NDJSON made on the way, a thousand events a second of event time, all of type A; rules wait for a B. Two
// streams: keys that all come in the first tenth and then again, and keys that come new all the time (each in a run of
// ten events). `within` ends runs; without it runs stay, one for each key. Usage: bench_memory [EVENTS [TOCSIN]]
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "events/time.hpp"

namespace {

struct Stream {
  std::string name;
  std::string clauses;     ///< of the rule
  bool all_early = false;  ///< all keys come in the first tenth
};

/// `tocsin run` of the rules, which reads what is written to it.
class Reader {
 public:
  Reader(const std::string& tocsin, const std::string& rules) {
    int ends[2] = {};
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("no process");
    if (child_ == 0) {
      dup2(ends[0], STDIN_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(tocsin.c_str(), tocsin.c_str(), "run", rules.c_str(), nullptr);
      std::perror(tocsin.c_str());
      _exit(127);
    }
    close(ends[0]);
    to_ = ends[1];
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    if (to_ >= 0) finish();
  }

  void write(const std::string& text) const {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t written = ::write(to_, text.data() + at, text.size() - at);
      if (written <= 0) throw std::runtime_error("the reader is gone");
      at += static_cast<std::size_t>(written);
    }
  }
  /// Resident now, in MiB.
  double resident() const {
    std::ifstream status(fmt::format("/proc/{}/status", child_));
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    throw std::runtime_error("the reader is gone");
  }
  bool finish() {
    close(to_);
    to_ = -1;
    int status = 0;
    return waitpid(child_, &status, 0) == child_ && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t child_ = -1;
  int to_ = -1;
};

/// Numbers below `count`, each once in `count` calls in a row, in no order that matters.
std::uint64_t scattered(std::uint64_t i, std::uint64_t count) { return i * 7'654'321 % count; }

void append_event(std::string& out, std::uint64_t i, std::uint64_t key) {
  const tocsin::events::Time time{1'704'067'200'000'000'000 + static_cast<std::int64_t>(i) * 1'000'000};
  fmt::format_to(std::back_inserter(out),
                 R"({{"id":"{}","source":"/bench","type":"A","time":"{}","data":{{"device":"device-{:08}","n":{}}}}})"
                 "\n",
                 i, tocsin::events::format_rfc3339(time), key, i % 1000);
}

bool measure(const Stream& stream, std::uint64_t events, const std::string& tocsin, const std::string& rules) {
  std::ofstream(rules) << "event A { device: string, n: int }\nevent B { device: string }\nrule never {\n"
                          "  match a: A -> B\n  by device\n"
                       << stream.clauses << "  alert low \"{a.n}\"\n}\n";
  Reader reader(tocsin, rules);
  const std::uint64_t keys = events / 10;
  double early = 0;
  double late = 0;
  std::string text;
  for (std::uint64_t i = 0; i < events; ++i) {
    append_event(text, i, stream.all_early ? scattered(i, keys) : scattered(i / 10, keys));
    const bool is_measured = i + 1 == events / 10 || i + 1 == events;
    if (text.size() < (1U << 20) && !is_measured) continue;
    reader.write(text);
    text.clear();
    if (!is_measured) continue;
    usleep(500'000);  // what stands in the pipe is read
    (i + 1 == events ? late : early) = reader.resident();
  }
  const bool good = reader.finish();
  fmt::print("| {} | {} | {} | {:.1f} | {:.1f} | {:+.2f} % | {} |\n", stream.name, events, keys, early, late,
             (late / early - 1) * 100, good ? "ok" : "failed");
  std::fflush(stdout);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  const std::filesystem::path here = std::filesystem::absolute(argv[0]).parent_path();
  const std::string tocsin = argc > 2 ? argv[2] : (here / "../cli/tocsin").string();
  if (events < 100 || events % 100 != 0) return std::fputs("bench_memory [EVENTS [TOCSIN]]: in hundreds\n", stderr), 2;
  const std::string rules =
      (std::filesystem::temp_directory_path() / fmt::format("memory-{}.rules", getpid())).string();
  fmt::print(
      "| stream | events | keys | MiB at a tenth | MiB at the end | | |\n| --- | --- | --- | --- | --- | --- | --- "
      "|\n");
  bool good = true;
  try {
    good = measure({"within 1m, keys new all the time", "  within 1m\n", false}, events, tocsin, rules) && good;
    good = measure({"within 1m, keys that come again", "  within 1m\n", true}, events, tocsin, rules) && good;
    good = measure({"no within, keys that come again: runs stay", "", true}, events, tocsin, rules) && good;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_memory: %s\n", error.what());
    good = false;
  }
  std::filesystem::remove(rules);
  return good ? 0 : 1;
}
