// From an event to its alert over tcp, against a bare ZeroMQ round trip of the same bytes: p50, p99 and the worst.
//
//   this process --push--> `tocsin run`, lateness 0 --push--> this process      every event makes one alert
//   this process --push--> a process that hands back --push--> this process     the yardstick
//
// 1,000 events a second, one in a message, sent by the clock whether or not the last answer has come (so a pause counts
// for all that wait behind it), a second for each side in turn. One thread sends, one receives.
//
// usage: bench_latency [SECONDS for each side, 10] [PROGRAM, the one of this build]
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <zmq.hpp>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPerSecond = 1000;
constexpr auto kPeriod = std::chrono::nanoseconds(std::chrono::seconds(1)) / kPerSecond;
constexpr auto kPatience = std::chrono::seconds(10);  // until what is missing counts as lost

/// A process of ours that ends with this object.
class Child {
 public:
  explicit Child(pid_t process) : process_(process) {}
  ~Child() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

 private:
  pid_t process_;
};

std::string bound(zmq::socket_t& socket) {
  socket.bind("tcp://127.0.0.1:*");
  return socket.get(zmq::sockopt::last_endpoint);
}

/// The first line that comes out of a pipe, with `mark` in it.
std::string first_line(int pipe, const std::string& mark) {
  FILE* stream = ::fdopen(pipe, "r");
  char line[4096];
  while (stream != nullptr && std::fgets(line, sizeof line, stream) != nullptr)
    if (std::string(line).find(mark) != std::string::npos) return line;
  throw std::runtime_error("it didn't say where it listens");
}

/// Hands every message back; says on `pipe` where it listens.
[[noreturn]] void hand_back(int pipe, const std::string& to) {
  zmq::context_t context;
  zmq::socket_t in(context, zmq::socket_type::pull);
  zmq::socket_t out(context, zmq::socket_type::push);
  const std::string endpoint = bound(in) + "\n";
  out.connect(to);
  if (::write(pipe, endpoint.data(), endpoint.size()) < 0) std::_Exit(1);
  zmq::message_t message;
  while (in.recv(message)) (void)out.send(message, zmq::send_flags::none);
  std::_Exit(0);
}

struct Pipe {
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  int ends[2];
};

/// One side of the comparison: where messages go, and where their answers come from.
struct Side {
  std::string name;
  zmq::socket_t to;
  zmq::socket_t from;
  std::vector<std::int64_t> taken{};  ///< ns
};

std::string event(std::uint64_t number) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(now);
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now - second).count();
  const std::time_t at = second.count();
  std::tm utc{};
  ::gmtime_r(&at, &utc);
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format(
      R"({{"specversion":"1.0","id":"{}","source":"/bench","type":"plant.hot","time":"{}.{:09}Z","data":{{"device":"d{}","celsius":{}.5}}}})",
      number, day, ns, number % 100, 81 + number % 10);
}

/// One second of messages at the beat of the clock. Sending and receiving wait on threads of their own: two cores have
/// nothing to spare for one that spins.
void one_second(Side& side, std::uint64_t& number) {
  const Clock::time_point begin = Clock::now() + kPeriod;
  std::exception_ptr failed;
  std::thread sender([&] {
    try {
      for (int i = 0; i < kPerSecond; ++i) {
        std::this_thread::sleep_until(begin + i * kPeriod);
        const std::string text = event(++number);
        if (!side.to.send(zmq::buffer(text), zmq::send_flags::none)) throw std::runtime_error("cannot send");
      }
    } catch (...) {
      failed = std::current_exception();
    }
  });
  side.from.set(zmq::sockopt::rcvtimeo, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
  zmq::message_t answer;
  int answered = 0;
  for (; answered < kPerSecond && side.from.recv(answer); ++answered)
    side.taken.push_back((Clock::now() - (begin + answered * kPeriod)).count());
  sender.join();
  if (failed) std::rethrow_exception(failed);
  if (answered < kPerSecond)
    throw std::runtime_error(fmt::format("{}: {} answers are missing", side.name, kPerSecond - answered));
}

void report(Side& side) {
  std::sort(side.taken.begin(), side.taken.end());
  const auto at = [&](double share) {
    const auto last = static_cast<double>(side.taken.size() - 1);
    return static_cast<double>(side.taken[static_cast<std::size_t>(last * share)]) / 1e3;
  };
  fmt::print("{:<22} {:>8} {:>10.0f} {:>10.0f} {:>10.0f} {:>10.0f}\n", side.name, side.taken.size(), at(0.5), at(0.9),
             at(0.99), at(1));
}

int run(const std::string& tocsin, int seconds) {
  const std::filesystem::path rules =
      std::filesystem::temp_directory_path() / fmt::format("bench_latency_{}.rules", ::getpid());
  std::ofstream(rules)
      << "event Hot \"plant.hot\" { device: string, celsius: float }\n"
         "rule hot { match h: Hot(celsius > 80) by device alert high \"{device}\" { at: h.celsius } }\n";
  zmq::context_t context;
  std::vector<Side> sides;
  for (const char* name : {"tocsin run", "bare round trip"})
    sides.push_back(
        {name, zmq::socket_t(context, zmq::socket_type::push), zmq::socket_t(context, zmq::socket_type::pull)});

  // Both processes are started from what has threads already, so the second begins anew as this program.
  const Pipe talk;
  const Pipe where;
  const std::string out = "zmq+push" + bound(sides[0].from).substr(3);
  const std::string back = bound(sides[1].from);
  const auto start = [](std::vector<std::string> words, const Pipe& pipe, int stream) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], stream);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t process = 0;
    if (::posix_spawn(&process, argv[0], &actions, nullptr, argv.data(), environ) != 0)
      throw std::runtime_error("cannot start " + words[0]);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe.ends[1]);
    return process;
  };
  const Child engine(
      start({tocsin, "run", rules, "--in", "zmq+pull://127.0.0.1:*", "--out", out}, talk, STDERR_FILENO));
  const Child echo(start({"/proc/self/exe", "--hand-back", back}, where, STDOUT_FILENO));
  const std::string told = first_line(talk.ends[0], "in  zmq+pull");
  const std::size_t at = told.find("tcp://", told.find(": "));
  sides[0].to.connect(told.substr(at, told.find(' ', at) - at));
  std::string endpoint = first_line(where.ends[0], "tcp://");
  endpoint.pop_back();
  sides[1].to.connect(endpoint);

  std::uint64_t number = 0;
  for (Side& side : sides) one_second(side, number);  // connecting and warming up
  for (Side& side : sides) side.taken.clear();
  for (int second = 0; second < seconds; ++second)
    for (Side& side : sides) one_second(side, number);
  fmt::print("event to answer, µs     {:>8} {:>10} {:>10} {:>10} {:>10}\n", "events", "p50", "p90", "p99", "worst");
  for (Side& side : sides) report(side);
  std::filesystem::remove(rules);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "--hand-back") hand_back(STDOUT_FILENO, words[1]);
  const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "../cli/tocsin";
  return run(words.size() > 1 ? words[1] : beside.string(), words.empty() ? 10 : std::stoi(words[0]));
} catch (const std::exception& error) {
  fmt::print(stderr, "bench_latency: {}\n", error.what());
  return 1;
}
