package io.cellgate.dns;

import org.xbill.DNS.Name;

/** What is asked of class IN. Names differ in case only and are the same question. */
record Question(Name name, int type) {}
