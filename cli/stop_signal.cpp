#include "cli/stop_signal.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <csignal>

#include <atomic>

#include "events/assert.hpp"

namespace tocsin::cli {

namespace {

// A signal handler has no other way to its data.
std::atomic<int> wake_descriptor{-1};
std::atomic<bool> stop_asked{false};
std::atomic<transports::Sockets*> stopped_sockets{nullptr};

void on_signal(int signal) {
  if (stop_asked.exchange(true)) _exit(128 + signal);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_descriptor.load(), &one, sizeof one);
  if (transports::Sockets* sockets = stopped_sockets.load()) sockets->stop();
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void ignore_broken_pipes() { handle(SIGPIPE, SIG_IGN); }

StopSignal::StopSignal() {
  wake_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  TOCSIN_ASSERT(wake_descriptor.load() >= 0);
  stop_asked = false;
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
}

StopSignal::StopSignal(transports::Sockets& sockets) : StopSignal() { stopped_sockets = &sockets; }

StopSignal::~StopSignal() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  stopped_sockets = nullptr;
  ::close(wake_descriptor.exchange(-1));
}

int StopSignal::descriptor() const { return wake_descriptor; }
bool StopSignal::stopped() const { return stop_asked; }

}  // namespace tocsin::cli
