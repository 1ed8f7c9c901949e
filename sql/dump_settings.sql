-- How values are written in a dump, whatever the connection or its role prefers.
set local timezone to 'UTC';
set local datestyle to 'ISO, YMD';
set local bytea_output to 'hex';
set local extra_float_digits to 1;
