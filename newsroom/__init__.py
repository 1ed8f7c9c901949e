"""READ: pages over the warehouse, shown inside Airflow's UI."""
