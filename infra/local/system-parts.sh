#!/usr/bin/env bash
# What the tests use of the system: installed where we may (as root, with apt-get), otherwise named, since their tests
# are skipped (or, where CI=true promises that everything is there, fail).
set -euo pipefail

java_is_new_enough() {
  local told
  told=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${told:-0}" -ge 17 ]
}

has() {
  case "$1" in
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome || [ -n "${CHROMIUM:-}" ] ;;
    node) command -v node ;;
    npm) command -v npm ;;
    java) java_is_new_enough ;;
    openssl) command -v openssl ;;
    font) command -v fc-list && fc-list :lang=zh | grep -q . ;;
  esac >/dev/null 2>&1
}

package_of() {
  case "$1" in
    chromium) echo chromium ;;
    node) echo nodejs ;;
    npm) echo npm ;;
    java) echo default-jre-headless ;;
    openssl) echo openssl ;;
    font) echo fonts-noto-cjk fontconfig ;;
  esac
}

what_needs() {
  case "$1" in
    chromium) echo "story in a browser" ;;
    node) echo "tests of the pages and cross-checks with sm-crypto-v2" ;;
    npm) echo "DynamoDB Local and tests of the pages" ;;
    java) echo "DynamoDB Local (Java 17 or newer)" ;;
    openssl) echo "cross-checks with the openssl command" ;;
    font) echo "Chinese in screenshots" ;;
  esac
}

missing() { for part in chromium node npm java openssl font; do has "$part" || echo "$part"; done; }

install_missing() {
  local packages=()
  for part in $(missing); do read -ra names <<<"$(package_of "$part")"; packages+=("${names[@]}"); done
  [ ${#packages[@]} -gt 0 ] || return 0
  echo "Installing with apt-get: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || return 0
  for package in "${packages[@]}"; do apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true; done
}

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then install_missing; fi
for part in $(missing); do echo "no $part here, so no $(what_needs "$part")"; done
