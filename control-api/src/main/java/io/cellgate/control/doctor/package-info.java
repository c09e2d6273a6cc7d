/** What a machine and a data folder are examined for before a gateway runs there. One thread. */
@NullMarked
package io.cellgate.control.doctor;

import org.jspecify.annotations.NullMarked;
