# shellcheck shell=bash
faults_of() { :; }
